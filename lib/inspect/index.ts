/** Inspection of a machine or a data set: what is there, missing or broken, as text and as a page. */
export { inspectionPage } from "./dataset-page";
export { inspectionText } from "./dataset-text";
export type { Finding } from "./finding";
export { findingsText, inspectMachine } from "./machine";
export { imageSettings } from "./train-command";
