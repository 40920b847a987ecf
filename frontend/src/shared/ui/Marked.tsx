import classes from './Marked.module.css';

interface Props {
  pieces: { text: string; hit: boolean }[];
}

/** A text in which what somebody typed stands out. */
export function Marked({ pieces }: Props) {
  return (
    <>
      {pieces.map(({ text, hit }, index) =>
        hit ? (
          <mark key={index} className={classes.hit}>
            {text}
          </mark>
        ) : (
          <span key={index}>{text}</span>
        ),
      )}
    </>
  );
}
