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

const { HOST: host = '127.0.0.1', PORT: port = '3000' } = process.env;
app.listen(Number(port), host, () => console.log(`receiver listening on http://${host}:${port}/webhook`));
