/** One button for light and dark; until pressed, the system's setting counts. The choice is stored where allowed. */
export const themeScript = `
const theme = document.querySelector("button.theme");
if (theme) {
  const root = document.documentElement, system = matchMedia("(prefers-color-scheme:dark)");
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const remember = (value) => { try { if (value) localStorage.setItem("njepa-theme", value); return localStorage.getItem("njepa-theme"); } catch { return null; } };
  const tell = () => { theme.textContent = isDark() ? "Light page" : "Dark page"; };
  const chosen = remember();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  theme.hidden = false;
  tell();
  system.addEventListener("change", tell);
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember(root.dataset.theme);
    tell();
  });
}
`.trim();
