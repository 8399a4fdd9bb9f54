"""Synthesises lines of pinyin with libespeak-ng and says when each of its words begins.

stdin:  one JSON object a line, {"text": "yin2 hang2, ni3 hao3", "speed": 175}
stdout: one JSON object a line, {"rate": 22050, "pcm": "<base64 of 16 bits>", "words": [ms, …]}
"""
import base64
import ctypes
import ctypes.util
import json
import sys


class EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", EventId),
    ]


SYNCHRONOUS, WORD, UTF8, PHONEME_EVENTS, RATE = 2, 1, 1, 1, 1
Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
espeak = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
rate = espeak.espeak_Initialize(SYNCHRONOUS, 0, None, PHONEME_EVENTS)
if rate <= 0 or espeak.espeak_SetVoiceByName(b"cmn-latn-pinyin") != 0:
    sys.exit("espeak-ng has no voice cmn-latn-pinyin")
pcm = bytearray()
words = []


@Callback
def receive(samples, count, events):
    if count > 0:
        pcm.extend(ctypes.string_at(samples, count * 2))
    index = 0
    while events[index].type != 0:
        if events[index].type == WORD:
            # Now and then a word comes again at the end of a clause.
            position = events[index].text_position
            if not words or position > words[-1][0]:
                words.append((position, events[index].audio_position))
        index += 1
    return 0


espeak.espeak_SetSynthCallback(receive)
for line in sys.stdin:
    job = json.loads(line)
    pcm.clear()
    words.clear()
    espeak.espeak_SetParameter(RATE, job.get("speed", 175), 0)
    text = job["text"].encode()
    espeak.espeak_Synth(text, len(text) + 1, 0, 1, 0, UTF8, None, None)
    espeak.espeak_Synchronize()
    print(json.dumps({"rate": rate, "pcm": base64.b64encode(bytes(pcm)).decode(), "words": [at for _, at in words]}), flush=True)
