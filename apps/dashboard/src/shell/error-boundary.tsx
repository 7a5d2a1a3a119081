import { Button, Container, Stack, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { ProblemAlert } from '../ui/problem.js';

interface Props {
  readonly children: ReactNode;
}

/** A fault of ours takes down one page, and says so, instead of leaving it white. */
export class ErrorBoundary extends Component<Props, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Container size="sm" py="xl">
        <Stack>
          <Title order={1}>Something went wrong in this page</Title>
          <ProblemAlert error={this.state.error} again={() => this.setState({ error: null })} />
          <Button variant="default" w="fit-content" onClick={() => window.location.assign('/')}>
            Begin again
          </Button>
        </Stack>
      </Container>
    );
  }
}
