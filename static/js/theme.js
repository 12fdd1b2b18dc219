// Before the first paint: a page that follows the device turns dark where the device is dark.
// Without this script such a page is light. Not a module, because modules wait for the whole page.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme !== "device") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
    const colour = document.querySelector('meta[name="theme-color"]');
    if (colour) colour.content = dark.matches ? "#28232D" : "#FFFEFB";
  };
  apply();
  dark.addEventListener("change", apply);
})();
