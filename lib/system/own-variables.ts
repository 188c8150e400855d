/** Sets an environment variable for native code in this process; children know that it is not the user's. */
export function setOwnVariable(name: string, value: string): void {
  process.env[name] = value;
  process.env[markOf(name)] = value;
}

/** An environment variable as the user has set it: undefined if this process or a parent set it by `setOwnVariable`. */
export function userVariable(name: string): string | undefined {
  const value = process.env[name];
  return value === process.env[markOf(name)] ? undefined : value;
}

const markOf = (name: string): string => `NJEPA_SET_${name}`;
