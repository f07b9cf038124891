package io.kspan.testsupport.otlp;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.kspan.testsupport.SelfSigned;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** An OTLP/gRPC backend that keeps what it accepted. Thread-safe. */
public final class GrpcBackend implements AutoCloseable {
  private static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService";

  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private final Server server;
  private volatile String refusedTrace = "none";
  private volatile byte[] response = {};

  public GrpcBackend() throws IOException {
    this(builder -> builder);
  }

  /** One with TLS. */
  public GrpcBackend(SelfSigned tls) throws IOException {
    this(builder -> builder.useTransportSecurity(tls.certificate().toFile(), tls.key().toFile()));
  }

  private GrpcBackend(UnaryOperator<NettyServerBuilder> transport) throws IOException {
    MethodDescriptor<byte[], byte[]> export =
        MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
            .setType(MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
            .build();
    server =
        transport
            .apply(
                NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
            .addService(
                ServerServiceDefinition.builder(SERVICE)
                    .addMethod(export, ServerCalls.asyncUnaryCall(this::export))
                    .build())
            .build()
            .start();
  }

  public int port() {
    return server.getPort();
  }

  public void refuse(String traceId) {
    refusedTrace = traceId;
  }

  public void respondWith(ExportTraceServiceResponse newResponse) {
    response = newResponse.toByteArray();
  }

  public List<String> spans() {
    return List.copyOf(accepted);
  }

  private void export(byte[] body, StreamObserver<byte[]> answer) {
    List<String> ids;
    try {
      ids =
          ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .flatMap(scope -> scope.getSpansList().stream())
              .map(OtlpBackend::ids)
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (ids.stream().anyMatch(id -> id.startsWith(refusedTrace))) {
      answer.onError(
          Status.INVALID_ARGUMENT.withDescription("refused by the test").asRuntimeException());
    } else {
      accepted.addAll(ids);
      answer.onNext(response);
      answer.onCompleted();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
