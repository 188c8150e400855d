import { tf } from "../engine";

/** The teacher's next value: `momentum` times itself plus (1 − `momentum`) times the updated student. */
export function emaUpdate(teacher: tf.Tensor, student: tf.Tensor, momentum: tf.Scalar): tf.Tensor {
  return tf.add(tf.mul(teacher, momentum), tf.mul(student, tf.sub(1, momentum)));
}
