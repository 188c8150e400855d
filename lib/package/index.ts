/** The archive that people install, made from a compiled checkout. */
export { type Archive, archiveText, makePackage } from "./make-package";
