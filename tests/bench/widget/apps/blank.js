// The floor: a page with the socket and nothing drawn. What it costs is taken from every other figure.
const composer = document.createElement('textarea')
document.body.append(composer)

window.bench = {
  composer: () => composer,
  lastText: () => window.arrived ?? '',
  ask() {
    const socket = new WebSocket(`ws://${location.host}/tokens`)
    socket.onopen = () => socket.send('ask')
    socket.onmessage = (event) => {
      window.arrived = event.data
    }
  },
}
