// The receiver of the README's five-minute walk: what a customer's engineer would write, unmodified Express.
import express from 'express';

const app = express();
app.use(express.json());

app.post('/webhook', (req, res) => {
  const { eventType, body } = req.body;
  const errors = body.errors.map(({ code }) => code).join(', ');
  console.log(`${body.data.callId}  ${eventType}${errors === '' ? '' : `  errors: ${errors}`}`);
  res.sendStatus(200);
});

const port = Number(process.env.PORT ?? 3000);
app.listen(port, '127.0.0.1', () => console.log(`receiver listening on http://127.0.0.1:${port}/webhook`));
