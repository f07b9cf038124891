package io.kspan.benchmarks.connector;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Reads memory and CPU of another JVM on this machine. One thread only. */
final class WorkerGauge implements AutoCloseable {
  private final ProcessHandle process;
  private final JMXConnector connector;
  private final MemoryMXBean memory;

  WorkerGauge(ProcessHandle process) throws IOException, AttachNotSupportedException {
    this.process = process;
    VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
    try {
      connector =
          JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
    } finally {
      machine.detach();
    }
    memory =
        ManagementFactory.newPlatformMXBeanProxy(
            connector.getMBeanServerConnection(),
            ManagementFactory.MEMORY_MXBEAN_NAME,
            MemoryMXBean.class);
  }

  /** What is reachable: asks for a collection first. */
  long liveMegabytes() {
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() >> 20;
  }

  long maxHeapMegabytes() {
    return memory.getHeapMemoryUsage().getMax() >> 20;
  }

  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
