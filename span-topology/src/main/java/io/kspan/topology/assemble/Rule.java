package io.kspan.topology.assemble;

/**
 * The rules that decide what a trace is, by their numbers in the trace model: what {@link
 * Explanation} names.
 */
enum Rule {
  TRACE_START("4.1", "the event is annotated as the start of a trace: it is the root span"),
  ABOUT_ROOT("4.2", "the event is about the root of the tree: below the root span"),
  KILLED_BY("4.3a", "a down cause within 2 s of the killing names the object"),
  CAUSE("4.3c", "this cause names the object"),
  OTHER_DIRECTION("4.3c", "the cause that names the object acts in the other direction: root span"),
  CAUSE_OF_OWNER("4.3d", "no cause names the object, this one names an owner of it"),
  UNFIT_CAUSE_OF_OWNER(
      "4.3d", "the cause that names an owner is a down cause or more than 30 s older: root span"),
  ONLY_REMOVED("4.3b", "only a down cause names the object, and this event takes none: root span"),
  NO_CAUSE("4.3e", "no cause in this session names the object or an owner of it: root span"),
  CYCLE("4.3e", "the chain of parents closed to a cycle, which is cut here: root span"),

  SAME_VERSION("4", "that of the root's snapshot with the resourceVersion that the event names"),
  BEGUN("4", "the highest generation that began at or before the event time + 100 ms"),
  LOWEST_KNOWN("4", "the event is older than every known generation: the lowest"),
  NO_GENERATION("4", "no generation of the root is known: 0"),

  FIRST_SESSION("5.5", "the first session with this generation"),
  LATER_SESSION("5.5", "an earlier session had this generation"),
  LATE("5.5", "the first event is more than trace.inactivity after the change time"),

  NOT_SEEN("5.8", "no snapshot of the root has this generation"),
  ROOT_FAILED("5.8", "at the last receipt in the window the root is failed"),
  ARRIVED(
      "5.8", "at the last receipt in the window the root is settled, and nothing else unsettled"),
  ARRIVED_BEFORE_SCALING("5.8", "the change arrived, and later generations only scaled"),
  REMOVED("5.8", "the root was deleted or terminating, which ended the window"),
  SUSPENDED("5.8", "at the last receipt in the window the root is suspended"),
  OVERTAKEN("5.8", "the next generation ended the window"),
  FAILING("5.8", "the session ended because the tree was failing"),
  NOT_ARRIVED("5.8", "the change had not arrived when the session ended");

  private final String number;
  private final String text;

  Rule(String number, String text) {
    this.number = number;
    this.text = text;
  }

  @Override
  public String toString() {
    return "rule " + number + ": " + text;
  }
}
