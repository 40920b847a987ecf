import { Anchor, Button, type AnchorProps, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

type Native = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps | keyof AnchorProps>;

function ButtonAnchor(props: ButtonProps & Native) {
  return <Button component="a" {...props} />;
}

function TextAnchor(props: AnchorProps & Native) {
  return <Anchor {...props} />;
}

/** A link of the router that looks like a button; `to`, `params` and `search` are checked. */
export const LinkButton = createLink(ButtonAnchor);

/** A link of the router in running text. */
export const TextLink = createLink(TextAnchor);
