# Child of fuzz-outside.test.ts: reads bodies from standard input (signal byte, length u32, bytes) and prints for each what
# Google's protobuf makes of it with the published OTLP messages: a JSON line of its fields, or of why it is refused.
import json
import struct
import sys

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS = [ExportTraceServiceRequest, ExportMetricsServiceRequest, ExportLogsServiceRequest]


def value_of(field, value):
    if field.type == field.TYPE_MESSAGE:
        return fields_of(value)
    if field.type == field.TYPE_DOUBLE:
        return struct.pack(">d", value).hex()
    if field.type == field.TYPE_STRING:
        return value.encode().hex()
    if field.type == field.TYPE_BYTES:
        return value.hex()
    return str(int(value))


def fields_of(message):
    fields = []
    for field, value in message.ListFields():
        is_list = not isinstance(value, (str, bytes)) and hasattr(value, "__len__") and hasattr(value, "append")
        fields.append([field.name, [value_of(field, item) for item in value] if is_list else value_of(field, value)])
    return sorted(fields)


def main():
    data = sys.stdin.buffer.read()
    at = 0
    while at < len(data):
        signal, length = struct.unpack_from("<BI", data, at)
        at += 5
        try:
            print(json.dumps({"fields": fields_of(REQUESTS[signal].FromString(data[at : at + length]))}))
        except DecodeError as error:
            print(json.dumps({"refused": str(error)}))
        at += length


main()
