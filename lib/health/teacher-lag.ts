/**
 * Distance of the teacher's weights from the student's, ‖student − teacher‖ / ‖student‖ over all of them. Near 0 the
 * student predicts its own latest output, and its loss falls without anything being learned.
 *
 * @param pairs  the weights of each parameter, student and teacher in the same order
 */
export function teacherLag(pairs: readonly { student: Float32Array; teacher: Float32Array }[]): number {
  let apart = 0;
  let length = 0;
  for (const { student, teacher } of pairs)
    student.forEach((weight, at) => {
      apart += (weight - (teacher[at] as number)) ** 2;
      length += weight ** 2;
    });
  return length > 0 ? Math.sqrt(apart / length) : 0;
}
