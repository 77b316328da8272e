"""What people watch, what happens to it, and the daily digest that tells them.

**A watch** is a plot, an area, a saved search or an inquiry. Its *members* are plots: the one that is watched, those
that touch the area, those that fulfil the search, those that suit the inquiry; always as its owner sees them.

**Noting** (`noting`) compares members with those of the time before: what has come is *created* or *entered*, what is
gone *deleted* or has *left*, and of what has stayed the changes feed says which to compare, value by value. Events are
stored, once each, in the transaction that moves the cursor on.

**Reading** (`events`) shows what the owner may see now: an event of a plot that they no longer see is left out, unless
it says that it is gone, and so are properties that they no longer see. If somebody's rights change, noting begins anew.
"""
