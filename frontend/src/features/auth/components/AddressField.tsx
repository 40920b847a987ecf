import { TextInput, type TextInputProps } from '@mantine/core';
import { useText } from '@/shared/i18n/text';
import { useSlug } from '../useSlug';

interface Props extends TextInputProps {
  organisation: string;
  value: string;
}

/**
 * The address of a workspace, with what it will be and whether it is free. One that is made from the name of the
 * organisation is never refused: the server numbers it when it is taken.
 */
export function AddressField({ organisation, value, error, ...props }: Props) {
  const t = useText('auth');
  const { slug, available } = useSlug(organisation, value);
  const address = `${window.location.host}/w/${slug}`;
  const typed = value.trim() !== '';
  const numbered = !typed && !available;
  return (
    <TextInput
      label={t('auth:workspace.address')}
      description={
        slug && (numbered ? t('auth:workspace.address_numbered', { address }) : t('auth:workspace.address_help', { address }))
      }
      placeholder={slug}
      spellCheck={false}
      autoCapitalize="none"
      autoComplete="off"
      value={value}
      {...props}
      error={error ?? (typed && !available ? t('auth:workspace.address_taken') : null)}
    />
  );
}
