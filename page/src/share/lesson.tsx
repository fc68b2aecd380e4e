export function LessonStrip() {
  return null;
}
