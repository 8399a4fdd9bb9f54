import 'deep-chat'

const count = new URLSearchParams(location.search).get('history') ?? '0'
const history = await (await fetch(`/history/${count}`)).json()
const chat = document.createElement('deep-chat')
chat.style.cssText = 'width: 100vw; height: 100vh; border: 0'
chat.history = history
chat.connect = {
  stream: true,
  handler: (_body, signals) => {
    const socket = new WebSocket(`ws://${location.host}/tokens`)
    socket.onopen = () => {
      signals.onOpen()
      socket.send('ask')
    }
    socket.onmessage = (event) => signals.onResponse({ text: event.data })
  },
}
document.body.append(chat)

window.bench = {
  composer: () => chat.shadowRoot?.querySelector('#text-input'),
  lastText: () => {
    const bubbles = chat.shadowRoot?.querySelectorAll('.message-bubble') ?? []
    return bubbles[bubbles.length - 1]?.textContent ?? ''
  },
  ask: () => chat.submitUserMessage({ text: '焊缝返工是怎么回事？' }),
}
