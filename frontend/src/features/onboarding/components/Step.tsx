import { Loader, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight, type Icon } from '@tabler/icons-react';
import { createLink, type LinkComponent } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';
import classes from './Step.module.css';

interface Words {
  icon: Icon;
  title: string;
  text: string;
}

function Content({ icon: StepIcon, title, text, busy = false }: Words & { busy?: boolean }) {
  return (
    <>
      <span className={classes.icon} aria-hidden>
        <StepIcon size={20} stroke={1.5} />
      </span>
      <span className={classes.words}>
        <Text component="span" fw={500} display="block">
          {title}
        </Text>
        <Text component="span" c="dimmed" display="block">
          {text}
        </Text>
      </span>
      {busy ? <Loader size="sm" /> : <IconChevronRight size={18} className={classes.arrow} aria-hidden />}
    </>
  );
}

/** A step that does something at once. */
export function ButtonStep({ busy, onClick, ...words }: Words & { busy: boolean; onClick: () => void }) {
  return (
    <UnstyledButton className={classes.step} onClick={onClick} disabled={busy} aria-busy={busy}>
      <Content {...words} busy={busy} />
    </UnstyledButton>
  );
}

type AnchorProps = Omit<ComponentPropsWithRef<'a'>, 'title'> & Words;

const RoutedStep = createLink(({ icon, title, text, className, ...anchor }: AnchorProps) => (
  <a {...anchor} className={`${classes.step} ${className ?? ''}`}>
    <Content icon={icon} title={title} text={text} />
  </a>
));

/** A step that leads to another page. */
export const LinkStep: LinkComponent<(props: AnchorProps) => React.JSX.Element> = (props) => <RoutedStep {...props} />;
