// Sound and vibration, both off until the person turns them on. A cue never
// tells more than the screen does.
import { read } from './prefs.js';

/** @type {AudioContext | null} */
let audio = null;

/** @type {Record<string, number[]>} Notes in hertz, played one after another. */
const tunes = { line: [660], phase: [523, 784], vote: [392], reveal: [392, 523, 659, 784] };

/** @param {'line' | 'phase' | 'vote' | 'reveal'} name */
export function cue(name) {
  if (read('vibrate') === 'on' && name !== 'line') navigator.vibrate?.(name === 'reveal' ? [60, 60, 120] : 60);
  if (read('sound') !== 'on') return;
  try {
    audio ??= new AudioContext();
    for (const [i, hertz] of tunes[name].entries()) note(audio, hertz, audio.currentTime + i * 0.14);
  } catch {
    // A device without sound plays silently.
  }
}

/** @param {AudioContext} context @param {number} hertz @param {number} at */
function note(context, hertz, at) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = 'triangle';
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.32);
}
