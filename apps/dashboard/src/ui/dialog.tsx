import { Drawer, Modal, type DrawerProps, type ModalProps } from '@mantine/core';
import { useFocusBack } from './focus-back.js';

/** Shown while it is mounted. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  useFocusBack();
  return <Modal opened {...props} />;
}

/** As a dialog, at the side. */
export function SidePanel(props: Omit<DrawerProps, 'opened'>) {
  useFocusBack();
  return <Drawer opened {...props} />;
}
