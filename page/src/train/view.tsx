export function TrainStage() {
  return null;
}
export function TrainPanel() {
  return null;
}
