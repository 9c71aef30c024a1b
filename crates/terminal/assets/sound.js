// What a terminal sounds like. Browsers allow sound only after the page was touched; until then it is silent.

const NOTES = {
  key: [[1320, 0, 0.04]],
  attention: [[880, 0, 0.09], [1175, 0.12, 0.12]],
  approved: [[784, 0, 0.11], [1047, 0.12, 0.11], [1319, 0.24, 0.2]],
  declined: [[330, 0, 0.2], [247, 0.24, 0.32]],
  lost: [[440, 0, 0.12], [440, 0.2, 0.12]],
};
const LOUDNESS = 0.08;

let context = null;
let wanted = true;

export const isLoud = () => wanted;

export function beLoud(loud) {
  wanted = loud;
}

/** Browsers let sound begin within a touch or a key only. */
export function wake() {
  if (!wanted || context !== null || !('AudioContext' in window)) return;
  context = new AudioContext();
}

export function play(name) {
  if (!wanted || context === null || context.state !== 'running') return;
  for (const [pitch, after, length] of NOTES[name]) {
    const begin = context.currentTime + after;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = 'sine';
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + length);
    tone.connect(volume).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + length);
  }
}
