/** A default box of the detector: centre and size as fractions of the picture. */
export interface Anchor {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Cells along one side of each feature map, from fine to coarse. */
const FEATURE_MAPS = [19, 10, 5, 3, 2, 1];
const SMALLEST_SCALE = 0.2;
const LARGEST_SCALE = 0.95;
/** The finest map has three boxes a cell only, the first of them small. */
const REDUCED_SCALE = 0.1;
const RATIOS = [1, 2, 1 / 2, 3, 1 / 3];

const scaleOf = (layer: number): number =>
  layer === FEATURE_MAPS.length
    ? 1
    : SMALLEST_SCALE + ((LARGEST_SCALE - SMALLEST_SCALE) * layer) / (FEATURE_MAPS.length - 1);

/** Scale and aspect ratio of the boxes of every cell of a layer. */
function shapesOf(layer: number): (readonly [scale: number, ratio: number])[] {
  const scale = scaleOf(layer);
  if (layer === 0) {
    return [
      [REDUCED_SCALE, 1],
      [scale, 2],
      [scale, 1 / 2],
    ];
  }
  return [...RATIOS.map((ratio) => [scale, ratio] as const), [Math.sqrt(scale * scaleOf(layer + 1)), 1]];
}

/** The 1,917 anchors in the order of the model's outputs: map, row, column, shape. */
export function createAnchors(): Anchor[] {
  return FEATURE_MAPS.flatMap((cells, layer) => {
    const shapes = shapesOf(layer);
    return Array.from({ length: cells * cells }, (_, cell) => {
      const x = ((cell % cells) + 0.5) / cells;
      const y = (Math.floor(cell / cells) + 0.5) / cells;
      return shapes.map(([scale, ratio]) => ({
        x,
        y,
        width: scale * Math.sqrt(ratio),
        height: scale / Math.sqrt(ratio),
      }));
    }).flat();
  });
}
