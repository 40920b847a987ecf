import classes from './ChoiceValue.module.css';

/** Values whose state has a colour; everything else stays neutral. */
const TONES: Record<string, string> = {
  'status/new': 'info',
  'status/working': 'active',
  'status/qualified': 'good',
  'status/converted': 'good',
  'status/unqualified': 'off',
  'qualification_state/waiting': 'active',
  'qualification_state/sent_back': 'warm',
  'rating/hot': 'hot',
  'rating/warm': 'warm',
  'rating/cold': 'cold',
};

interface Props {
  /** Name of the field. */
  name: string;
  value: string;
  label: string;
}

/** The option of a choice: a dot in the colour of its state, and its name. */
export function ChoiceValue({ name, value, label }: Props) {
  const tone = TONES[`${name}/${value}`];
  return (
    <span className={classes.choice} data-tone={tone}>
      {tone && <span className={classes.dot} aria-hidden />}
      <span className={classes.label}>{label}</span>
    </span>
  );
}
