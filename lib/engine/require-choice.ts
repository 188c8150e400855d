import { ConfigError } from "../errors";

/** @throws {ConfigError} that names the setting and its choices, where its value is none of them */
export function requireChoice(setting: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const [last, ...others] = choices.map((choice) => `"${choice}"`).reverse();
  throw new ConfigError(`${setting}: expected ${others.reverse().join(", ")} or ${last}, got "${value}".`);
}
