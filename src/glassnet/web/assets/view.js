function n(){return null}function r(){return null}export{r as TrainPanel,n as TrainStage};
