// What the page knows of one call: a snapshot and the events after it, folded into one object.

/** A call from a `snapshot` message. */
export function fromSnapshot(message) {
  return {
    id: message.call_id,
    seq: message.seq,
    info: message.info,
    startedAt: message.started_at,
    endedAt: message.ended_at,
    ended: message.ended,
    finals: new Map(message.utterances.map((said) => [said.id, said])),
    partials: new Map(message.partials.map((said) => [said.utterance, said])),
    fields: message.draft.fields,
    alerts: message.alerts,
    cards: message.cards,
    gaps: message.gaps,
    said: new Map(message.said.map((said) => [said.utterance, said])),
    transfer: message.transfer,
    orderId: message.order_id,
    orders: message.orders,
  };
}

/** Takes in an event; events that are already in the call change nothing. */
export function apply(call, event) {
  if (event.seq <= call.seq) return;
  call.seq = event.seq;
  switch (event.type) {
    case "partial":
      call.partials.set(event.utterance, event);
      break;
    case "final":
      call.partials.delete(event.utterance);
      if (event.text) call.finals.set(event.utterance, { ...event, id: event.utterance });
      break;
    case "draft":
      call.fields = event.fields;
      break;
    case "alert":
      call.alerts = [...call.alerts, event];
      break;
    case "card":
      call.cards = [...call.cards, event];
      break;
    case "gap":
      call.gaps = [...call.gaps, event];
      break;
    case "said":
      call.said.set(event.utterance, event);
      break;
    case "handover":
      call.transfer = event;
      break;
    case "submitted":
      call.orderId = event.order_id;
      call.orders = [...call.orders, event.order_id];
      break;
    case "matter":
      call.orderId = null;
      call.fields = {};
      break;
    case "ended":
      call.ended = event;
      call.endedAt = event.at;
      break;
  }
}

/** Finals, partials, what the voice guide says and what the line lost, in order of time. */
export function turns(call) {
  const finals = [...call.finals.values()].map((said) => ({ ...said, isPartial: false }));
  const partials = [...call.partials.values()].map((said) => ({ ...said, id: said.utterance, isPartial: true }));
  const said = [...call.said.values()].map(guideTurn);
  return [...finals, ...partials, ...said, ...call.gaps.map(lostTurn)].sort((a, b) => a.start - b.start);
}

function lostTurn({ start, end }) {
  const text = `线路丢失约 ${Math.max(1, Math.round(end - start))} 秒，可能漏字`;
  return { id: `gap-${start}`, channel: "gap", start, text, isPartial: false };
}

/** What the guide said; of what was cut short, only what the caller heard. */
function guideTurn({ utterance, start, text, heard }) {
  const spoken = heard === null ? text : `${text.slice(0, heard)}……`;
  return { id: utterance, channel: "guide", start, text: spoken, raw: spoken, words: [], isPartial: false };
}
