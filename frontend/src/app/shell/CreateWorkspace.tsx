import { Modal } from '@mantine/core';
import { WorkspaceForm } from '@/features/auth/components/WorkspaceForm';
import { useText } from '@/shared/i18n/text';

interface Props {
  opened: boolean;
  onClose: () => void;
  /** After the dialog has gone. */
  onClosed: () => void;
}

/** The dialog behind "create workspace". */
export default function CreateWorkspace({ opened, onClose, onClosed }: Props) {
  const t = useText('auth');
  return (
    <Modal opened={opened} onClose={onClose} onExitTransitionEnd={onClosed} title={t('auth:workspace.create')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <WorkspaceForm onCreated={onClose} onCancel={onClose} />
    </Modal>
  );
}
