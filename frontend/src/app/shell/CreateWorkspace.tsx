import { Modal } from '@mantine/core';
import { WorkspaceForm } from '@/features/auth/components/WorkspaceForm';
import { useText } from '@/shared/i18n/text';

/** The dialog behind "create workspace". */
export default function CreateWorkspace({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useText('auth');
  return (
    <Modal opened={opened} onClose={onClose} title={t('auth:workspace.create')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <WorkspaceForm onCreated={onClose} onCancel={onClose} />
    </Modal>
  );
}
