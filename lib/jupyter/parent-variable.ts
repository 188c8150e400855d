/** Set by our own client for the kernels that it starts itself, with its process id. */
export const PARENT = "NJEPA_KERNEL_PARENT";
