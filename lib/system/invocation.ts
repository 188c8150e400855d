import { checkoutFolder } from "./checkout";

/** The command line for an `njepa` verb: `npm run data -- inspect` in the checkout, else `npx njepa data inspect`. */
export function invocation(verb: string, words = ""): string {
  const called = checkoutFolder() === null ? `npx njepa ${verb} ${words}` : `npm run ${verb} -- ${words}`;
  return called.replace(/( --)? $/, "");
}
