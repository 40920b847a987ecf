import { useId } from 'react';
import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { usePageTitle } from '@/shared/hooks/usePageTitle';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageSkeleton } from '@/shared/ui/Skeletons';
import { useObject, useRight, useWorkspace } from '@/shared/workspace/workspace';
import { EditingProvider } from '../editing/EditingProvider';
import type { RecordConfig } from '../model/config';
import { useDisplay } from '../values/display';
import { RecordActions } from './RecordActions';
import { RecordBody } from './RecordBody';
import { RecordGone } from './RecordGone';
import { RecordHeader } from './RecordHeader';
import { useRecord } from './useRecord';
import { useRemoval } from './useRemoval';
import classes from './RecordPage.module.css';

/** A record on a page of its own. */
export function RecordPage({ config, id }: { config: RecordConfig; id: string }) {
  const object = useObject(config.object);
  const display = useDisplay(object);
  const { t } = display;
  const words = config.words(t);
  const { actions: Actions } = config;
  const { slug } = useWorkspace();
  const navigate = useNavigate();
  const headingId = useId();
  const mayEdit = useRight(object.name, 'update');
  const mayDelete = useRight(object.name, 'delete');
  const remove = useRemoval(display, words);
  const { record, gone, error, retry } = useRecord(object, id);
  const list = `/w/${slug}/${config.path}`;
  usePageTitle(record && record.display_name !== '' ? record.display_name : words.one);
  return (
    <EditingProvider display={display}>
      <div className={classes.page}>
        <div className={classes.top}>
          <Button
            component={Link}
            to={list}
            variant="subtle"
            color="gray"
            size="compact-md"
            leftSection={<IconArrowLeft size={16} stroke={1.5} />}
          >
            {words.title}
          </Button>
          {record && (
            <div>
              <RecordActions
                display={display}
                id={id}
                href={`${list}/${id}`}
                onDelete={
                  mayDelete
                    ? () => {
                        void remove([record]);
                        void navigate({ to: list });
                      }
                    : null
                }
              >
                {Actions && <Actions display={display} record={record} mayEdit={mayEdit} />}
              </RecordActions>
            </div>
          )}
        </div>
        {gone && <RecordGone display={display} id={id} mayRestore={mayDelete} />}
        {error && !gone && <ErrorState error={error} onRetry={retry} />}
        {!record && !error && !gone && <PageSkeleton />}
        {record && (
          <>
            <RecordHeader display={display} config={config} record={record} mayEdit={mayEdit} order={1} headingId={headingId} />
            <RecordBody display={display} config={config} record={record} mayEdit={mayEdit} wide />
          </>
        )}
      </div>
    </EditingProvider>
  );
}
