// The height that is really left when an on-screen keyboard is open, for
// browsers whose layout ignores it. Pinching to zoom is left alone.

export function followKeyboard() {
  const seen = window.visualViewport;
  if (!seen) return;
  const measure = () => {
    if (Math.abs(seen.scale - 1) > 0.01) return;
    const covered = innerHeight - seen.height;
    if (covered > 80) document.documentElement.style.setProperty('--height', `${Math.round(seen.height)}px`);
    else document.documentElement.style.removeProperty('--height');
  };
  seen.addEventListener('resize', measure);
}
