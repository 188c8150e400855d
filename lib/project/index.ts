/** A folder for one's own images: what `njepa new` makes. */
export { createProject } from "./create-project";
