import { checkoutFolder } from "./checkout";

/** How a verb of `njepa` is called from here: `npm run data -- inspect` in the checkout, `npx njepa data inspect` elsewhere. */
export function invocation(verb: string, words = ""): string {
  const called = checkoutFolder() === null ? `npx njepa ${verb} ${words}` : `npm run ${verb} -- ${words}`;
  return called.replace(/( --)? $/, "");
}
