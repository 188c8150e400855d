import { PARENT } from "../parent-variable";

/**
 * The process with whose end the kernel ends; undefined for a kernel that nobody started through a client. If it has died
 * while we started, it is no longer the parent that the system reports, and the kernel ends at the first look.
 *
 * Jupyter may start kernels through a program in between, so its own process id says nothing unless we are left with
 * process 1 instead of any of them.
 *
 * @param reported the system's parent of this process
 */
export function parentToFollow(env: NodeJS.ProcessEnv, reported: number): number | undefined {
  const { [PARENT]: own, JPY_PARENT_PID: jupyter } = env;
  if (own !== undefined) return Number(own);
  if (jupyter === undefined) return undefined;
  return reported === 1 ? Number(jupyter) || 1 : reported;
}
