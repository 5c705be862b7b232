package review

import (
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/jobs"
)

type asidePage struct {
	frame
	Views []viewLink
	Mails []mailView
}

// asidePageOf lists the messages that became no case, with the reason.
func asidePageOf(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	page := &asidePage{frame: s.frame(r, v, "Set aside")}
	err := s.tx(r.Context(), func(tx pgx.Tx) error {
		mails, err := jobs.Aside(r.Context(), tx)
		if err != nil {
			return err
		}
		for i := range mails {
			page.Mails = append(page.Mails, s.mailView(&mails[i], asidePath(mails[i].ID), v.now))
		}
		q := query{View: viewAside}
		page.Views, err = s.views(r.Context(), tx, viewAside, q.filter(s, v))
		if err != nil {
			return err
		}
		page.Undo, err = s.undoBar(r.Context(), tx, v)
		return err
	})
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "aside", page)
}

func asidePath(id int64) string { return "/aside/" + strconv.FormatInt(id, 10) }

// asideMail loads the mail of the path, which must belong to no case: those of
// a case are reached through it only.
func (s *Server) asideMail(r *http.Request, tx pgx.Tx) (*jobs.Mail, error) {
	m, err := s.pathMail(r, tx)
	if err == nil && m.State != jobs.MailAside {
		err = consult.ErrNotFound
	}
	return m, err
}

func asideMailPageOf(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	page := &mailPage{frame: s.frame(r, v, "Message set aside"), Back: "/aside"}
	err := s.tx(r.Context(), func(tx pgx.Tx) error {
		m, err := s.asideMail(r, tx)
		if err != nil {
			return err
		}
		page.Mail = s.mailView(m, asidePath(m.ID), v.now)
		return s.auditAside(r, tx, v, m, "read")
	})
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "mail", page)
}

func (s *Server) auditAside(r *http.Request, tx pgx.Tx, v *visit, m *jobs.Mail, action string) error {
	return consult.Audit(r.Context(), tx, 0, v.now, v.person.Email, action, "message "+strconv.FormatInt(m.ID, 10))
}

func asideFormatted(s *Server, w http.ResponseWriter, r *http.Request, _ *visit) error {
	m, err := inTx(r.Context(), s, func(tx pgx.Tx) (*jobs.Mail, error) { return s.asideMail(r, tx) })
	if err != nil {
		return err
	}
	return s.serveFormatted(w, m.HTML)
}

func asideRaw(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	data, err := inTx(r.Context(), s, func(tx pgx.Tx) ([]byte, error) {
		m, err := s.asideMail(r, tx)
		if err != nil {
			return nil, err
		}
		if err := s.auditAside(r, tx, v, m, "downloaded"); err != nil {
			return nil, err
		}
		return jobs.RawBytes(r.Context(), tx, m.ID)
	})
	if err != nil {
		return err
	}
	download(w, "mail-"+r.PathValue("mail")+".eml", data)
	return nil
}

func asideAttachment(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.serveAttachment(w, r, v, s.asideMail)
}

func takeAside(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.settleAside(w, r, func(tx pgx.Tx, id int64) error {
		return s.Queue.TakeAside(r.Context(), tx, id, v.person.Email, v.now)
	})
}

func discardAside(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.settleAside(w, r, func(tx pgx.Tx, id int64) error {
		return s.Queue.DiscardAside(r.Context(), tx, id, v.person.Email, v.now)
	})
}

func (s *Server) settleAside(w http.ResponseWriter, r *http.Request, settle func(pgx.Tx, int64) error) error {
	id, err := pathID(r, "mail")
	if err != nil {
		return err
	}
	if err := s.tx(r.Context(), func(tx pgx.Tx) error { return settle(tx, id) }); err != nil {
		return err
	}
	http.Redirect(w, r, "/aside", http.StatusSeeOther)
	return nil
}
