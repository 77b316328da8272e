"""Makes one hand-out; only the modules that its form needs are imported."""

from maps.land.handouts.job import Job


def make(job: Job) -> bytes:
    """Return the file."""
    if job.form == "xlsx":
        from maps.land.handouts.workbook import workbook

        return workbook(job)
    from maps.land.handouts.documents import document
    from maps.typesetting import typeset

    return typeset(f"land/handouts/templates/{job.kind}.typ", document(job), job.day)
