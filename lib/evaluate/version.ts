/**
 * Incremented whenever the same encoder, data and settings would give other numbers than before; results of different
 * versions are kept apart.
 *
 * 2: logistic regression in float64 to within 1e-6 of its minimum, penalties down to 1e-6; ties go to the
 * first class; the last, partial batch of SGD counts.
 */
export const evaluationVersion = 2;
