import Chat, { Bubble, useMessages } from '@chatui/core'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import '@chatui/core/dist/index.css'

const count = new URLSearchParams(location.search).get('history') ?? '0'
const history = await (await fetch(`/history/${count}`)).json()
const toMessage = ({ role, text }, at) => ({
  _id: `past-${at}`,
  type: 'text',
  position: role === 'user' ? 'right' : 'left',
  content: { text },
})

function App() {
  const { messages, appendMsg, updateMsg } = useMessages(history.map(toMessage))
  const send = (_type, text) => {
    appendMsg({ type: 'text', position: 'right', content: { text } })
    appendMsg({ _id: 'answer', type: 'text', position: 'left', content: { text: '' } })
    let answer = ''
    const socket = new WebSocket(`ws://${location.host}/tokens`)
    socket.onopen = () => socket.send('ask')
    socket.onmessage = (event) => {
      answer += event.data
      updateMsg('answer', { type: 'text', position: 'left', content: { text: answer } })
    }
  }
  window.askChatUi = () => send('text', '焊缝返工是怎么回事？')
  return createElement(Chat, {
    messages,
    onSend: send,
    renderMessageContent: ({ content }) => createElement(Bubble, { content: content.text }),
  })
}

const root = document.createElement('div')
root.style.height = '100vh'
document.body.append(root)
createRoot(root).render(createElement(App))

window.bench = {
  composer: () => root.querySelector('.Composer-input'),
  lastText: () => {
    const bubbles = root.querySelectorAll('.Bubble')
    return bubbles[bubbles.length - 1]?.textContent ?? ''
  },
  ask: () => window.askChatUi(),
}
