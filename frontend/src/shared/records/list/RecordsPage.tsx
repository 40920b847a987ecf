import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { ActionIcon, Button, Text, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconDownload, IconFileImport, IconHistory, IconListCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { PageHeader } from '@/shared/ui/PageHeader';
import { toast } from '@/shared/ui/toast';
import { useIsPhone } from '@/shared/ui/useIsPhone';
import { useObject, useRight, useWorkspace } from '@/shared/workspace/workspace';
import { Board } from '../board/Board';
import { BulkActs } from '../bulk/BulkActs';
import { LayoutSwitch } from '../board/LayoutSwitch';
import { CreateDialog } from '../create/CreateDialog';
import { RecordPanel } from '../detail/RecordPanel';
import { useRemoval } from '../detail/useRemoval';
import { EditingProvider } from '../editing/EditingProvider';
import { AddFilter } from '../filters/AddFilter';
import { FilterChips } from '../filters/FilterChips';
import { FilterSheet } from '../filters/FilterSheet';
import { OpenBuilder } from '../filters/OpenBuilder';
import type { RecordConfig } from '../model/config';
import { fieldOf, type RecordData } from '../model/record';
import type { ListSearch } from '../model/search';
import { useDisplay } from '../values/display';
import { ClosedView } from '../views/ClosedView';
import { useView } from '../views/useView';
import { ViewBar } from '../views/ViewBar';
import { Cards } from './Cards';
import { ColumnChooser } from './ColumnChooser';
import { ExportDialog } from './ExportDialog';
import { Grid } from './Grid';
import { ListStates } from './ListStates';
import { Toolbar } from './Toolbar';
import { useColumns } from './useColumns';
import { useListState, type ChangeSearch } from './useListState';
import { useRows } from './useRows';
import { useSelection } from './useSelection';
import classes from './RecordsPage.module.css';

const NONE: RecordData[] = [];

interface Props {
  config: RecordConfig;
  search: ListSearch;
  onSearch: ChangeSearch;
  /** Where an import for this object begins. */
  importTo: string | null;
  /** What the list has to say above its rows. */
  notice?: ReactNode;
}

/** The list of an object: everything that can be shared about it is in the address. */
export function RecordsPage({ config, search: address, onSearch: onAddress, importTo, notice }: Props) {
  const object = useObject(config.object);
  const view = useView(object, address, onAddress);
  const { search, change: onSearch } = view;
  const display = useDisplay(object);
  const { t, format } = display;
  const words = useMemo(() => config.words(t), [config, t]);
  const { slug } = useWorkspace();
  const isPhone = useIsPhone();
  const mayCreate = useRight(object.name, 'create');
  const mayEdit = useRight(object.name, 'update');
  const mayDelete = useRight(object.name, 'delete');
  const mayExport = useRight(object.name, 'export');
  const controls = useListState(object, search, onSearch);
  const status = fieldOf(object, config.status);
  const isBoard = search.layout === 'board' && status?.kind === 'choice';
  const isShown = view.isReady && !view.isClosed;
  const rows = useRows(object, controls.state, isShown && !isBoard);
  const { count } = rows;
  const records = view.isClosed ? NONE : rows.records;
  const setWritten = useCallback((cols: string | undefined) => onSearch({ cols }, { replace: true }), [onSearch]);
  const { columns, setColumns } = useColumns(object, search.cols, setWritten, view.active !== undefined);
  const selection = useSelection(records, controls.state);
  const [picking, setPicking] = useState(false);
  const [exporting, setExporting] = useState(false);
  const mayPick = mayEdit || mayDelete;
  const remove = useRemoval(display, words);
  const scroller = useRef<HTMLDivElement>(null);

  const hrefOf = (id: string): string => `/w/${slug}/${config.path}/${id}`;
  const at = search.open === undefined ? -1 : records.findIndex(({ id }) => id === search.open);
  const show = (index: number, replace: boolean): void => {
    const record = records[index];
    if (record) onSearch({ open: record.id }, { replace });
  };
  const close = (): void => {
    onSearch({ open: undefined });
    scroller.current?.focus({ preventScroll: true });
  };
  const step = (by: number): (() => void) | null => {
    const next = at < 0 ? -1 : at + by;
    return records[next] ? () => show(next, true) : null;
  };
  useEffect(() => {
    if (at >= records.length - 5) rows.loadMore();
  }, [at, records.length, rows]);
  useHotkeys(
    search.open === undefined
      ? []
      : [
          ['J', () => step(1)?.()],
          ['K', () => step(-1)?.()],
          ['Escape', close],
        ],
  );
  const removeAll = (chosen: RecordData[]): void => {
    selection.clear();
    if (chosen.some(({ id }) => id === search.open)) close();
    void remove(chosen);
  };
  const shown = count && (count.exact ? words.count(count.value, format.number(count.value)) : words.about(format.number(count.value)));
  const isBare = records.length === 0;
  return (
    <EditingProvider display={display}>
      <div className={classes.page}>
        <PageHeader title={words.title} note={shown ? <span role="status">{shown}</span> : undefined}>
          {importTo && (
            <Button
              component={Link}
              to={importTo}
              variant="default"
              size="compact-md"
              className={classes.action}
              leftSection={<IconFileImport size={16} stroke={1.5} />}
            >
              {t('records:list.import')}
            </Button>
          )}
          {mayExport && (!isBare || isBoard) && (
            <Button
              variant="default"
              size="compact-md"
              className={classes.action}
              leftSection={<IconDownload size={16} stroke={1.5} />}
              onClick={() => setExporting(true)}
            >
              {t('records:list.export')}
            </Button>
          )}
          {mayPick && (
            <Tooltip label={t('bulk:nav')}>
              <ActionIcon
                component={Link}
                to={`/w/${slug}/changes`}
                variant="default"
                size={isPhone ? 44 : 28}
                aria-label={t('bulk:nav')}
              >
                <IconHistory size={16} stroke={1.5} />
              </ActionIcon>
            </Tooltip>
          )}
        </PageHeader>
        <ViewBar
          object={object}
          state={view}
          href={`/w/${slug}/${config.path}`}
          narrowed={controls.narrowed || search.sort !== undefined || search.cols !== undefined || isBoard}
          isPhone={isPhone}
        />
        <Toolbar
          label={words.search}
          clearLabel={t('records:list.clear_search')}
          words={search.q ?? ''}
          onWords={controls.setWords}
        >
          {isPhone ? (
            <FilterSheet
              display={display}
              parts={controls.parts}
              sort={controls.state.sort}
              onChange={controls.setParts}
              onSort={controls.setSort}
            />
          ) : (
            <>
              <AddFilter display={display} onAdd={(leaf) => controls.setParts([...controls.parts, leaf])} />
              <OpenBuilder display={display} parts={controls.parts} onChange={controls.setParts} />
              <span className={classes.space} />
              {!isBoard && <ColumnChooser display={display} columns={columns} onColumns={setColumns} />}
            </>
          )}
          {isPhone && mayPick && !isBoard && !isBare && (
            <ActionIcon
              variant={picking ? 'filled' : 'default'}
              size={44}
              aria-label={t(picking ? 'bulk:select.stop' : 'bulk:select.start')}
              aria-pressed={picking}
              onClick={() => {
                setPicking(!picking);
                selection.clear();
              }}
            >
              <IconListCheck size={20} stroke={1.5} />
            </ActionIcon>
          )}
          {status?.kind === 'choice' && (
            <LayoutSwitch
              isBoard={isBoard}
              isPhone={isPhone}
              onChange={(layout) => onSearch({ layout: layout === 'board' ? layout : undefined })}
            />
          )}
        </Toolbar>
        {notice}
        {!isPhone && <FilterChips display={display} parts={controls.parts} onChange={controls.setParts} />}
        {!isBoard && rows.corrected && (
          <Text size="sm" c="dimmed" className={classes.corrected} role="status">
            {t('records:list.corrected', { typed: rows.corrected.typed, shown: rows.corrected.shown })}
          </Text>
        )}
        {view.isClosed && <ClosedView onLeave={() => view.show(null)} />}
        {isBoard && isShown && (
          <Board
            display={display}
            config={config}
            field={status}
            state={controls.state}
            mayEdit={mayEdit}
            onOpen={(id) => onSearch({ open: id }, { replace: search.open !== undefined })}
          />
        )}
        {!isBoard && !view.isClosed && <ListStates
          display={display}
          config={config}
          words={words}
          rows={rows}
          narrowed={controls.narrowed}
          onClear={controls.clear}
          onCreate={mayCreate ? () => onSearch({ create: true }) : null}
          importTo={importTo}
        />}
        {!isBare && !isBoard &&
          (isPhone ? (
            <Cards
              display={display}
              config={config}
              label={words.title}
              rows={rows}
              hrefOf={hrefOf}
              onOpen={(index) => show(index, false)}
              scroller={scroller}
              picked={picking || selection.ids.size > 0 ? selection.ids : null}
              onPick={mayPick ? selection.toggle : null}
            />
          ) : (
            <Grid
              display={display}
              label={words.title}
              rows={rows}
              columns={columns}
              sort={controls.state.sort}
              selection={selection}
              openId={search.open}
              mayEdit={mayEdit}
              hrefOf={hrefOf}
              onOpen={(index) => show(index, search.open !== undefined)}
              onColumns={setColumns}
              onSort={controls.setSort}
              scroller={scroller}
            />
          ))}
        {!isBoard && (
          <BulkActs
            display={display}
            rows={rows}
            state={controls.state}
            selection={selection}
            isPhone={isPhone}
            mayEdit={mayEdit}
            mayDelete={mayDelete}
            hrefOf={hrefOf}
            onDelete={removeAll}
          />
        )}
        {exporting && (
          <ExportDialog
            display={display}
            state={controls.state}
            columns={columns}
            shown={isBoard ? undefined : shown}
            fullScreen={isPhone}
            onClose={() => setExporting(false)}
          />
        )}
        {search.open !== undefined && (
          <RecordPanel
            display={display}
            config={config}
            id={search.open}
            href={hrefOf(search.open)}
            full={isPhone}
            filter={controls.state.filter}
            onClose={close}
            onPrevious={step(-1)}
            onNext={step(1)}
            onDelete={(record) => removeAll([record])}
          />
        )}
        {search.create && mayCreate && (
          <CreateDialog
            display={display}
            config={config}
            fullScreen={isPhone}
            hrefOf={hrefOf}
            onClose={() => onSearch({ create: undefined })}
            onCreated={(record) => {
              onSearch({ create: undefined, open: record.id });
              toast(t('records:create.created', { name: record.display_name }));
            }}
          />
        )}
      </div>
    </EditingProvider>
  );
}
