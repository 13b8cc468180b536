// Runs before the first paint, so that a chosen theme never flashes.
try {
  const theme = localStorage.getItem('parley.theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the device's own theme holds.
}
