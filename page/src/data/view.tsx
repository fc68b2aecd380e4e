export function DataStage() {
  return null;
}
export function DataPanel() {
  return null;
}
