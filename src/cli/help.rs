//! The first page of the manual: what to begin with stands first.

/// The page of `sinew --help`, with the commands in groups. A test holds that each
/// command stands here once. No line is wider than a narrow terminal.
pub const FIRST_PAGE: &str = "\
{about-with-newline}
{usage-heading} {usage}

The five to begin with:
  start     Open an episode for an injury, with its program
  log       Record how it is: pain, walking, sleep
  today     See what is due today
  session   Be led through it, with timers and a bell
  next      See whether to move on, and why

Also for the day:
  done      Record exercises that were done
  care      Record care that was given
  test      Record a home test, or list them
  plan      See the days ahead
  page      Take them along, as one page for a phone

When something is wrong, and for a visit:
  screen    Answer the red-flag questions
  flags     See open and past red flags
  clear     Record what a clinician found for a flag
  report    Hand over to a clinician
  assess    See what the answers fit with

To look back, and to understand:
  progress  See which way it goes
  history   See what was recorded, entry by entry
  episodes  List the episodes
  explain   Ask what something is, and who says so
  program   Read, check and write programs
  demo      See a whole recovery, in a throwaway store

To put something right:
  undo      Take back what was recorded
  redo      Bring back what was taken back
  correct   Put an entry right
  pause     Let the plan rest, for an illness or a journey
  resume    Let the plan go on
  regrade   Record another grade
  onset     Put the day of the injury right

Your data and your settings:
  export    Hand out what is on record
  import    Take in what was recorded elsewhere
  backup    Make a backup now
  restore   List the backups, or put one back
  doctor    Examine the store
  erase     Erase an episode, or everything, for good
  config    See or change your settings
  help      Print this page, or that of a command

Options, for every command:
{options}";
