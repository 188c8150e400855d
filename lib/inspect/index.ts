/** A machine or a data set looked at: what is there, what is missing, what is broken, as text and as a page. */
export { inspectionPage } from "./dataset-page";
export { inspectionText } from "./dataset-text";
export type { Finding } from "./finding";
export { findingsText, inspectMachine } from "./machine";
export { imageSettings } from "./train-command";
