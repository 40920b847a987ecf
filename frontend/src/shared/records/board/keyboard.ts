import { pointerWithin, rectIntersection, type CollisionDetection, type KeyboardCoordinateGetter } from '@dnd-kit/core';

/** Space picks up and drops; Enter is left to open the card. */
export const KEYS = { start: ['Space'], cancel: ['Escape'], end: ['Space', 'Enter', 'Tab'] };

const INSET = 8;

/** The left and right arrows go from column to column, wherever these are on the screen. */
export const toNextColumn: KeyboardCoordinateGetter = (event, { context }) => {
  const step = event.code === 'ArrowRight' ? 1 : event.code === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return undefined;
  event.preventDefault();
  const columns = [...context.droppableRects].sort(([, one], [, other]) => one.left - other.left);
  const at = columns.findIndex(([id]) => id === context.over?.id);
  const next = columns[Math.min(columns.length - 1, Math.max(0, at + step))];
  return next && { x: next[1].left + INSET, y: next[1].top + INSET };
};

/** The column under the pointer; without a pointer, the one that the card covers most. */
export const columnUnder: CollisionDetection = (args) => (args.pointerCoordinates ? pointerWithin(args) : rectIntersection(args));
