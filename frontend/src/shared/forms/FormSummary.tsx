import { Alert } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';

/** On top of a form: what is wrong and belongs to no single field. Read out at once. */
export function FormSummary({ message }: { message: string | null }) {
  if (message === null) return null;
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertCircle size={18} />}>
      {message}
    </Alert>
  );
}
