package io.kspan.topology.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kspan.topology.names.Names;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.ProcessorWrapper;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.WrappedFixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.WrappedProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Makes placing fail at every record with the key {@link #POISON}, and a timer of it fail whenever
 * it is due.
 */
public final class FailingProcessors implements ProcessorWrapper {
  static final String POISON = "poison";

  @Override
  public <KIn, VIn, KOut, VOut>
      WrappedProcessorSupplier<KIn, VIn, KOut, VOut> wrapProcessorSupplier(
          String name, ProcessorSupplier<KIn, VIn, KOut, VOut> supplier) {
    return name.equals(Names.PLACE)
        ? new Failing<>(supplier)
        : ProcessorWrapper.asWrapped(supplier);
  }

  @Override
  public <KIn, VIn, VOut>
      WrappedFixedKeyProcessorSupplier<KIn, VIn, VOut> wrapFixedKeyProcessorSupplier(
          String name, FixedKeyProcessorSupplier<KIn, VIn, VOut> supplier) {
    return ProcessorWrapper.asWrappedFixedKey(supplier);
  }

  private record Failing<KIn, VIn, KOut, VOut>(ProcessorSupplier<KIn, VIn, KOut, VOut> supplier)
      implements WrappedProcessorSupplier<KIn, VIn, KOut, VOut> {
    @Override
    public Set<StoreBuilder<?>> stores() {
      return supplier.stores();
    }

    @Override
    public Processor<KIn, VIn, KOut, VOut> get() {
      Processor<KIn, VIn, KOut, VOut> processor = supplier.get();
      return new Processor<>() {
        @Override
        public void init(ProcessorContext<KOut, VOut> context) {
          processor.init(context);
          context.schedule(
              Duration.ofMillis(100),
              PunctuationType.WALL_CLOCK_TIME,
              now -> {
                throw new NullPointerException("the timer fails");
              });
        }

        @Override
        public void process(Record<KIn, VIn> record) {
          if (record.key() instanceof byte[] key && Arrays.equals(key, POISON.getBytes(UTF_8))) {
            throw new IllegalArgumentException("the processor fails");
          }
          processor.process(record);
        }

        @Override
        public void close() {
          processor.close();
        }
      };
    }
  }
}
