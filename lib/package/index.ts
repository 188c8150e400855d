/** The archive that people install, made of a compiled checkout. */
export { type Archive, archiveText, makePackage } from "./make-package";
