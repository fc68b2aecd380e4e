function n(){return null}function t(){return null}export{t as DataPanel,n as DataStage};
